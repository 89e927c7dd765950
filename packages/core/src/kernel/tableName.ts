/** The table of an entity, before the store's prefix: `quoteLine` → `quote_line`. */
export const tableName = (entity: { readonly name: string }): string =>
  entity.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
