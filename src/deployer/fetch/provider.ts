/**
 * What a provider is. It describes requests and reads what the answers say; it sends none but those
 * that its credentials need.
 */

import type { World } from "../../world.ts";
import type { Checksum } from "./checksum.ts";

export interface HttpRequest {
  /** Default: GET. */
  readonly method?: "GET" | "HEAD" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Bytes `from` up to, but without, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is asked for; all of the object where no range is given. */
export interface Ask {
  /** An object below the address; undefined: the address itself. */
  readonly below?: string | undefined;
  readonly range?: Range | undefined;
  /** Only of this version of the object. */
  readonly validator?: string | undefined;
  /** Only the headers. */
  readonly head?: boolean;
}

/** An answer that is not the object. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** The beginning of the body. */
  readonly text: string;
}

export interface Explanation {
  /** The server's own word for it: `SignatureDoesNotMatch`. */
  readonly code?: string | undefined;
  readonly hint?: string | undefined;
  /** The server may get over it, although its status does not say so. */
  readonly passing?: boolean;
}

export interface ListedObject {
  /** Within the folder. */
  readonly name: string;
  readonly size: number;
  readonly validator: string | undefined;
}

export interface ListingPage {
  readonly objects: readonly ListedObject[];
  /** Where the next page begins. */
  readonly next: string | undefined;
}

/** The objects below the address. */
export interface Folder {
  /** The address ends in a slash: it can mean nothing else. */
  readonly only: boolean;
  list(next: string | undefined): Promise<HttpRequest>;
  read(text: string): ListingPage;
}

export interface Provider {
  readonly folder?: Folder;
  /** Only where redirects lead elsewhere by design; credentials stay behind. */
  readonly redirects: boolean;
  /** Checksums come with a HEAD request only. */
  readonly checksumByHead: boolean;
  get(ask: Ask): Promise<HttpRequest>;
  /** What tells this version of an object from every other one. */
  validatorOf(headers: Headers): string | undefined;
  /** Of the whole object. `partial`: the headers came with a part of it. */
  checksumOf(headers: Headers, partial: boolean): Checksum | undefined;
  explain(refusal: Refusal): Explanation;
  /** True when the next request will be another one: fresh credentials, another region. */
  adapt(refusal: Refusal, refused: HttpRequest): boolean;
}

export type Source =
  | { readonly kind: "local"; readonly path: string }
  | { readonly kind: "remote"; readonly provider: Provider };

/** What credentials are made of. */
export type SourceEffects = Pick<World, "env" | "http" | "files" | "now" | "signal">;
