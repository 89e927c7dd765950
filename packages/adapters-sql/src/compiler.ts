/** The compiler: turns SQL fragments into a statement in the database's own quoting and placeholders. */
import { DummyDriver, Kysely, type RawBuilder } from "kysely"
import type { Bound, Differences, Statement } from "./differences.ts"

/** Compiles a fragment. It never runs it: our own connections do, with their caches and turns. */
export type Compile = (fragment: RawBuilder<unknown>) => Statement

/** A compiler for the database. */
export const compiler = (differences: Pick<Differences, "compiler" | "adapter">): Compile => {
  const kysely = new Kysely<Record<string, never>>({
    dialect: {
      createAdapter: () => differences.adapter,
      createDriver: () => new DummyDriver(),
      createQueryCompiler: () => differences.compiler,
      createIntrospector: () => {
        throw new Error("The compiler has no connection to look at a schema with.")
      },
    },
  })
  return (fragment) => {
    const { sql, parameters } = fragment.compile(kysely)
    return { sql, parameters: parameters as readonly Bound[] }
  }
}
