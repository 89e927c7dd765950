/** The PostgreSQL of the tests: vitest starts it before the first file that needs it, and not at all when none does. */
import type { TestProject } from "vitest/node"
import { startPostgres } from "./startPostgres.ts"

declare module "vitest" {
  export interface ProvidedContext {
    readonly databaseUrl: string
  }
}

/** Starts the server and gives its address to the tests; returns how to stop it. */
const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const { url, stop } = await startPostgres()
  project.provide("databaseUrl", url)
  return stop
}

export default setup
