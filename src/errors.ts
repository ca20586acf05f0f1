/** The ways to fail: who must act, what was wrong, where, and what to do next. */

export const EXIT = {
  done: 0,
  tool: 1,
  user: 2,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export interface Problem {
  /** `--max-batch-size`, `navigator.yaml:12 max_batch_size`, a file. */
  readonly where?: string;
  readonly what: string;
  readonly hint?: string | undefined;
}

/** All of the problems at once. */
export abstract class ProblemsError extends Error {
  abstract readonly exitCode: number;
  readonly problems: readonly Problem[];
  constructor(problems: Problem | readonly Problem[]) {
    const list = "what" in problems ? [problems] : problems;
    super(list.map((p) => (p.where ? `${p.where}: ${p.what}` : p.what)).join("\n"));
    this.problems = list;
  }
}

/** The request is wrong by itself: exit code 2. */
export class UserError extends ProblemsError {
  override readonly name = "UserError";
  override readonly exitCode = EXIT.user;
}

/** The request cannot be fulfilled as the cluster, or another server, is: exit code 1. */
export class CheckError extends ProblemsError {
  override readonly name = "CheckError";
  override readonly exitCode = EXIT.tool;
}

export interface ToolErrorDetails {
  /** The pasteable command line that said no. */
  readonly command?: string | undefined;
  /** The last lines of what it said. */
  readonly output?: string | undefined;
  readonly hint?: string | undefined;
}

/** A tool, the network or the cluster said no: exit code 1. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly details: ToolErrorDetails;
  constructor(message: string, details: ToolErrorDetails = {}) {
    super(message);
    this.details = details;
  }
}

/** Ctrl-C or SIGTERM: exit code 130 or 143. `note` says what the user should know about. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;
  readonly note: string | undefined;
  constructor(exitCode: number = EXIT.interrupted, note?: string) {
    super("interrupted");
    this.exitCode = exitCode;
    this.note = note;
  }
}
