/** The public entry of @anbud/cli. */
export type { CliConfig } from "./config.ts"
export { EXIT, type ExitCode } from "./exitCode.ts"
export { type Output, run } from "./run.ts"
