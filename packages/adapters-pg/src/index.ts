/** The public entry of @anbud/adapter-pg. */
export { type PostgresOptions, postgres } from "./postgres.ts"
