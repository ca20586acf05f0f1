/** Every effect that the program has, as types: the real ones live in io/, tests pass their own. */

export interface World {
  readonly exec: Exec;
  readonly files: Files;
  readonly http: Http;
  readonly kube: ConnectKube;
  readonly streams: Streams;
  readonly templates: Templates;
  readonly signal: AbortSignal;
  /** The Deno that runs us: `2.6.10`. */
  readonly runtime: string;
  env(name: string): string | undefined;
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
}

/** A command line as a value: built by pure functions, run by `Exec`, printed by `--dry-run`. */
export interface ToolCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  /** Besides our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that only make it faster: of no interest to who reads or repeats the command. */
  readonly tuning?: Readonly<Record<string, string>>;
  /** Besides: the text of these files. */
  readonly envFiles?: Readonly<Record<string, string>>;
  /** Ended itself it leaves what it runs; it cleans up when its children are ended. */
  readonly endsByChildren?: boolean;
  /** Why a run failed, told from its stdout. Empty or not there: stderr tells it. */
  readonly reason?: (stdout: string) => string;
  /** What to do next, told from what a failed run said. */
  readonly hint?: (output: string) => string | undefined;
}

export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  /** Shows the tool's own output on our stderr while it runs. Default: captured only. */
  readonly show?: boolean;
  /** Called with each line of the tool's stdout as it comes. */
  readonly onLine?: (line: string) => void;
  /** Accept these exit codes besides 0; any other is a ToolError. */
  readonly accept?: readonly number[] | "any";
  /**
   * Follows the command's stdin, once it is known: the tool starts at once. When this rejects, the
   * tool is killed, and the run rejects with the same.
   */
  readonly more?: Promise<string>;
  /** Ends the tool, besides the world's own signal. */
  readonly signal?: AbortSignal;
  /** Runs although the world's signal is already aborted: for cleaning up. */
  readonly afterInterrupt?: boolean;
}

/** Runs a command. Rejects with ToolError when it is missing or fails, Interrupted when aborted. */
export type Exec = (command: ToolCommand, options?: ExecOptions) => Promise<ToolResult>;

export type PathKind = "file" | "directory" | "link" | "other";

/** Files to write, path → content; paths use `/` and are relative to the tree's root. */
export type FileTree = ReadonlyMap<string, FileContent>;

export type FileContent =
  | { readonly text: string; readonly mode?: number }
  | { readonly bytes: Uint8Array; readonly mode?: number }
  /** A file on disk that is hard-linked, or copied where that fails. */
  | { readonly linkTo: string; readonly mode?: number };

/** Trees that lie whole in one scratch directory and are not yet swapped in. */
export interface Staged {
  readonly scratch: string;
  readonly trees: readonly StagedTree[];
}

export interface StagedTree {
  readonly path: string;
  readonly target: string;
}

export interface RandomAccessFile {
  readonly size: number;
  /** At most `length` bytes from `offset`; fewer only at the end of the file. */
  readAt(offset: number, length: number): Promise<Uint8Array>;
  /** At most as many bytes as the buffer holds; fewer only at the end of the file. */
  readInto(buffer: Uint8Array, offset: number): Uint8Array;
  close(): void;
}

/** A file that is written at any position, and read meanwhile. */
export interface PartFile {
  writeAt(offset: number, bytes: Uint8Array): void;
  /** At most as many bytes as the buffer holds; fewer only at the end of the file. */
  readInto(buffer: Uint8Array, offset: number): Uint8Array;
  /** Makes the file longer, without taking space for it yet, or cuts it off. */
  resize(size: number): void;
  sync(): Promise<void>;
  close(): void;
}

/** A file that is being written, from its beginning to its end. */
export interface NewFile {
  /** Comes back when more may come; the bytes must then stay as they are. */
  write(bytes: Uint8Array): Promise<void>;
  /** Comes back when all of it is on disk. */
  close(): Promise<void>;
  /** Closes it as it is. */
  abandon(): Promise<void>;
}

export interface WriteOptions {
  readonly mode?: number;
  /** False for what is no loss, since it can be made again. */
  readonly sync?: boolean;
}

export interface Files {
  /** Set where nothing waits for the disk: the boot of this machine that what is written may not outlive. */
  readonly boot: string | undefined;
  /**
   * These files, but without waiting for the disk, where that is this machine's own, and it tells one
   * boot from the next: what is written can be read until then. `flush` tells whether the disk has it.
   *
   * @param folders are there; nothing is written elsewhere
   */
  untilBoot(folders: readonly string[]): Promise<Files>;
  /** Waits until the disk has the file; rejects when it could not be written there. */
  flush(path: string): Promise<void>;
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** Undefined when nothing is there. A link is reported as a link, not followed. */
  kind(path: string): Promise<PathKind | undefined>;
  /** Names in a directory, sorted; empty when it is not there. */
  list(path: string): Promise<readonly string[]>;
  absolute(path: string): string;
  /** Where the path leads, all links followed. */
  realPath(path: string): Promise<string>;
  open(path: string): Promise<RandomAccessFile>;
  /** Opens what is there, or makes it. */
  openPart(path: string): Promise<PartFile>;
  /** Fails when anything is there already. */
  create(path: string): Promise<NewFile>;
  /** Streams into a new file (or onto the end of one), and waits for the disk. */
  write(path: string, body: ReadableStream<Uint8Array>, options?: {
    readonly append?: boolean;
  }): Promise<void>;
  /** Writes over the file that is there, in place: what is mounted cannot be renamed onto. */
  overwrite(path: string, text: string): Promise<void>;
  /** Replaces the file in one step: temporary sibling, wait for the disk (by default), rename. */
  writeText(path: string, text: string, options?: WriteOptions): Promise<void>;
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  /** A new private directory (0700); `remove` it when done. */
  makeTemporary(prefix: string): Promise<string>;
  /**
   * Makes the directory and waits until it is ours alone; returns what gives it back, and removes
   * the directories that were made for it where nothing lies in them.
   */
  lock(path: string): Promise<() => void>;
  remove(path: string): Promise<void>;
  /** All that lies in the folder, at any depth, but these paths; relative to the folder. */
  clearable(folder: string, keep: readonly string[]): Promise<readonly string[]>;
  /** Removes it. */
  clear(folder: string, keep: readonly string[]): Promise<void>;
  /**
   * Writes the trees, by their targets, into `scratch` (a directory on the same volume), after
   * finishing or undoing all that killed runs left there. Trees that share a scratch directory
   * share the folder of their targets. Holds the scratch directory's lock until published or
   * dropped.
   */
  stage(trees: ReadonlyMap<string, FileTree>, scratch: string): Promise<Staged>;
  /** Swaps the staged trees in, one after the other; the old ones are removed. */
  publish(staged: Staged): Promise<void>;
  drop(staged: Staged): Promise<void>;
  /** Finishes or undoes a swap that a killed run left half-done. */
  recover(target: string, scratch?: string): Promise<void>;
}

export interface Http {
  fetch(url: string, init?: RequestInit): Promise<Response>;
}

/** Opens a connection to a cluster's API. Rejects with ToolError when kubectl does not start. */
export type ConnectKube = (way: KubeWay) => Promise<KubeApi>;

export interface KubeWay {
  /** Asked directly, where this is known. */
  readonly server: KubeServer | undefined;
  /** Serves the API on the Unix socket named to it, which lies in a folder of ours alone. */
  proxy(socket: string): ToolCommand;
}

export interface KubeServer {
  readonly url: string;
  /** PEM. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly token: string | undefined;
}

export interface KubeApi {
  /** Gets what is at the path or, with a body, posts it there. */
  ask(path: string, options?: KubeQuestion): Promise<KubeAnswer>;
  close(): Promise<void>;
}

export interface KubeQuestion {
  readonly body?: unknown;
  readonly accept?: string;
}

export interface KubeAnswer {
  /** Of HTTP. */
  readonly status: number;
  /** What was said, as JSON; a text where it is none. */
  readonly body: unknown;
}

/** How far a step is. */
export interface Measured {
  readonly step: string;
  readonly bytes?: number;
  readonly total?: number | undefined;
  /** Bytes a second. */
  readonly rate?: number;
  /** Of a step that cannot tell more than what it does, and since when. */
  readonly message?: string;
  readonly seconds?: number;
}

export interface Streams {
  /** Data, a line at a time: paths, JSON, the tester's table. */
  out(text: string): void;
  /** stdin to its end, or to `most` bytes; undefined where a person would have to type it. */
  input(most: number): Promise<string | undefined>;
  /** Talk. */
  err(text: string): void;
  /** Replaces the progress line on a terminal; does nothing elsewhere. An empty text clears it. */
  progress(text: string): void;
  /** A line that the user types; undefined where nobody sits, or at the end of the input. */
  ask(question: string): Promise<string | undefined>;
  /** Takes as data what `progress` and `err` would say in words; only where that was asked for. */
  readonly measure?: (measured: Measured) => void;
  readonly terminal: boolean;
  readonly colour: boolean;
}

export interface Templates {
  /** The texts of all files below a folder of templates/, by their path within it, sorted. */
  read(folder: string): ReadonlyMap<string, string>;
  /** Our own Linux binary, when this program is the compiled one. */
  readonly binary: string | undefined;
}
