/** The promise: the date, the chain of reasons, and what each person does when. */
import type { Promised } from "@anbud/core"
import { periodText, shortDate } from "../present/dateText.ts"
import { facts, table } from "../present/table.ts"
import type { Print } from "./print.ts"

/** The promised date and why it is not earlier. */
export const showPromise = (print: Print, promised: Promised, wantedOn: string): void => {
  print(
    facts([
      ["Wanted", wantedOn],
      ["Promised", promised.date],
      ["If open quotes are lost", promised.ifAllLost ?? "no date"],
      ["If open quotes are won", promised.ifAllWon ?? "no date"],
    ]),
  )
  print(
    table(
      [{ title: "Task" }, { title: "Who" }, { title: "When" }, { title: "Done" }],
      promised.parts.map(({ name, user, startOn, finishOn }) => [
        name,
        user,
        periodText(startOn, finishOn),
        shortDate(finishOn),
      ]),
    ),
  )
  print("\n")
  for (const line of promised.reason.en.split("\n")) print(`  ${line}\n`)
}
