/** How long is what is written here safe before the disk has it? */

/**
 * File systems of this machine alone. They set their own room aside with the write; a network's tell
 * a full disk only when they are asked to sync. (So does a thin device below them, as to every
 * program that does not wait.) Numbers: linux/magic.h.
 */
const OWN_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, // ext4, and what came before it
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0x794c7630, // overlayfs
  0x01021994, // tmpfs
]);

/** Random, made at each boot of the kernel: random(4). */
const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** The boot of this machine, whose memory keeps what is written into these folders; else undefined. */
export async function bootThatKeeps(folders: readonly string[]): Promise<string | undefined> {
  try {
    const { statfs } = await import("node:fs/promises");
    const types = await Promise.all(folders.map(async (folder) => (await statfs(folder)).type));
    if (!types.every((type) => OWN_FILE_SYSTEMS.has(type))) return undefined;
    // Deno itself opens nothing below /proc unless it may do everything.
    const { stdout } = await new Deno.Command("cat", { args: [BOOT_ID] }).output();
    return new TextDecoder().decode(stdout).trim() || undefined;
  } catch {
    return undefined; // No Linux, or a sandbox that shows less of one.
  }
}
