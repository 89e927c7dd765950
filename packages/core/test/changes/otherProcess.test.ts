/** The change feed read by another process, on SQLite. */
import { test } from "vitest"
import { temporaryFile } from "../workshop.ts"
import { readByAnother } from "./otherProcess.ts"

test("another process reads every entry once and in order, while four sessions write", () =>
  readByAnother(["sqlite", temporaryFile()]))
