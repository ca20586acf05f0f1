/** What a killed or failed run left of a download: trusted only for the same version of the object. */

import type { Files, PartFile, World } from "../../world.ts";
import { isRangeList } from "./pieces.ts";
import type { Range } from "./provider.ts";

/** One version of an object. */
export interface Version {
  readonly total: number;
  readonly validator: string;
}

export interface Saved extends Version {
  readonly there: readonly Range[];
}

export interface Journal {
  read(): Promise<Saved | undefined>;
  save(saved: Saved): Promise<void>;
  remove(): Promise<void>;
}

/**
 * @param address digest of the address: what was fetched from another one is of no use, nor is what
 * the disk may not have had when the machine booted again
 */
export function journalAt(
  path: string,
  { address, files }: { readonly address: string; readonly files: Files },
): Journal {
  return {
    read: async () => {
      if (await files.kind(path) !== "file") return undefined;
      const text = await files.readText(path);
      return parse(text, { address, boot: files.boot });
    },
    save: ({ total, validator, there }) =>
      files.writeText(path, JSON.stringify({ address, boot: files.boot, total, validator, there })),
    remove: () => files.remove(path),
  };
}

interface Origin {
  readonly address: string;
  readonly boot: string | undefined;
}

function parse(text: string, { address, boot }: Origin): Saved | undefined {
  try {
    const { total, validator, there, ...of } = JSON.parse(text);
    const usable = of.address === address && of.boot === boot && Number.isSafeInteger(total) &&
      typeof validator === "string" && isRangeList(there, total);
    return usable ? { total, validator, there } : undefined;
  } catch {
    return undefined;
  }
}

export interface JournalKeeper {
  /** Something came. */
  tick(): void;
  save(): Promise<void>;
}

/** Only what is safe is written down: a node that crashes loses what its disk does not have yet. */
export function journalKeeper(
  { journal, policy }: { readonly journal: Journal; readonly policy: { readonly saveMs: number } },
  { file, world, saved }: {
    readonly file: PartFile;
    readonly world: Pick<World, "now">;
    readonly saved: () => Saved;
  },
): JournalKeeper {
  let last = world.now().getTime();
  let saving: Promise<void> | undefined;
  const save = async () => {
    await saving;
    const now = saved();
    await file.sync();
    await journal.save(now);
  };
  return {
    tick: () => {
      const now = world.now().getTime();
      if (saving !== undefined || now - last < policy.saveMs) return;
      last = now;
      saving = save().catch(() => {
        // A full disk is told by the download itself.
      }).finally(() => saving = undefined);
    },
    save,
  };
}
