/** A host's configuration: the file and the release of its own plugin come from the environment. */
import { sqlite } from "@anbud/adapter-sqlite"
import { choice, defaulted, entity, optional, plugin, standard, text } from "@anbud/core"

const NOTES = {
  first: entity("note", { title: text(), kind: choice(["idea", "task"]), fax: optional(text()) }),
  second: entity("note", {
    subject: text({ was: "title" }),
    kind: choice(["idea", "task", "question"]),
    fax: optional(text()),
    language: defaulted(text({ maxLength: 2 }), "sv"),
  }),
  unsafe: entity("note", { title: text(), kind: choice(["idea", "task"]), fax: optional(text()), author: text() }),
} as const

export default () => {
  const note = NOTES[(process.env["NOTES"] ?? "first") as keyof typeof NOTES]
  const notes = plugin("notes", { entities: [note], collections: { notes: note } })
  return { store: sqlite({ file: process.env["FIRM"] ?? ":memory:" }), plugins: { ...standard, notes } }
}
