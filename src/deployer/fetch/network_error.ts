/** What the network said, in a form that may be printed, and whether asking again may help. */

export interface NetworkProblem {
  readonly reason: string;
  readonly lasting: boolean;
  readonly hint?: string;
}

/** Deno's messages hold the whole URL, signatures included, after redirects also another one's. */
const URLS = /\s*(for url )?\(?\bhttps?:\/\/\S+/g;

export function networkProblem(error: unknown): NetworkProblem {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.replace(URLS, "").replace(/^error sending request:?\s*/, "")
    .replace(/ \(os error \d+\)/, "");
  if (/certificate|UnknownIssuer|InvalidCertificate/.test(reason)) {
    const hint = "for a private authority, set DENO_CERT to its PEM file, " +
      "or DENO_TLS_CA_STORE=system and SSL_CERT_FILE";
    return { reason, lasting: true, hint };
  }
  return { reason, lasting: /redirect|scheme|invalid url/i.test(reason) };
}
