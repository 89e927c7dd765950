/** The change feed read by another process, on PostgreSQL. */
import { inject, test } from "vitest"
import { readByAnother } from "./otherProcess.ts"

test("another process reads every entry once and in order, while four sessions write", () =>
  readByAnother(["postgresql", inject("databaseUrl"), `changes_${process.pid}`]))
