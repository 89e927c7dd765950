/** The public entry of @anbud/core. */
export * from "./kernel/entity.ts"
export * from "./kernel/errors.ts"
export * from "./kernel/field.ts"
export * from "./kernel/store.ts"
export * from "./kernel/storeErrors.ts"
