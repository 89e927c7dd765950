/** The public entry of @anbud/adapter-pg. */
export { type DistributionOptions, distributionStatements } from "./distribution.ts"
export { type PostgresOptions, postgres } from "./postgres.ts"
