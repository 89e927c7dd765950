/** The public entry of @anbud/core/testkit: contracts that take the test runner as an argument. */
export { type JobsUnderTest, jobsCases, jobsContract } from "./jobsContract.ts"
export type { Expect, Expectation, Runner } from "./runner.ts"
export { CONTRACT_TABLES, type StoreCase } from "./storeCase.ts"
export { EVOLVED_TABLES } from "./storeCases/evolutionCases.ts"
export { type StoreUnderTest, storeCases, storeContract } from "./storeContract.ts"
export { type CompiledHost, compileHost, type HostSource } from "./typeBudget.ts"
