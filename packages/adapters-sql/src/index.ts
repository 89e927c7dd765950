/** The public entry of @anbud/adapter-sql. */
export * from "./differences.ts"
export { identifier } from "./identifier.ts"
export { type KyselyTransaction, kyselyTransaction, runOnKysely } from "./joined.ts"
export { sqlStore } from "./store.ts"
