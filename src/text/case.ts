/** Names in the case of the place where they stand. */

/** `max_batch_size` → `max-batch-size` */
export function kebabCase(snake: string): string {
  return snake.replaceAll("_", "-");
}

/** `max-batch-size` → `max_batch_size` */
export function snakeCase(kebab: string): string {
  return kebab.replaceAll("-", "_");
}

/** `max_batch_size` → `maxBatchSize` */
export function camelCase(snake: string): string {
  return snake.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
