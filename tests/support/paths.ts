/** Paths of the checkout. */

export { fileURLToPath as fromFileUrl } from "node:url";
