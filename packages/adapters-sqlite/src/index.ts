/** The public entry of @anbud/adapter-sqlite. */
export { type SqliteOptions, sqlite } from "./sqlite.ts"
