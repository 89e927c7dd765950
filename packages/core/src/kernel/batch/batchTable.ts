/**
 * The tables of batches: work on more records than one command takes, and what became of each of its rows.
 *
 * Values that are still to be written stand here until they are: a row that is done, and a batch that has ended, hold
 * ids, tags and numbers only.
 */
import type { Table } from "../store.ts"

/** Batches, from the first that was ever asked for. */
export const BATCH_TABLE = "batch"
/** The rows of batches, in their order. */
export const BATCH_ROW_TABLE = "batch_row"

const text = (name: string, nullable = false): Table["columns"][number] => ({ name, type: "text", nullable })
const count = (name: string, nullable = false): Table["columns"][number] => ({
  name,
  type: "integer",
  nullable,
  min: 0,
})
const json = (name: string, nullable = true): Table["columns"][number] => ({ name, type: "json", nullable })

/** The definitions of both. */
export const BATCH_TABLES: readonly Table[] = [
  {
    name: BATCH_TABLE,
    owner: "kernel",
    columns: [
      text("id"),
      text("collection"),
      { name: "kind", type: "text", nullable: false, values: ["massUpdate", "import", "undo"] },
      { name: "policy", type: "text", nullable: false, values: ["all", "skip"] },
      text("actor"),
      text("reason", true),
      {
        name: "state",
        type: "text",
        nullable: false,
        values: ["checking", "applying", "undoing", "done", "refused", "cancelled"],
      },
      // What the batch ends as when everything that it has done is undone.
      { name: "ending", type: "text", nullable: true, values: ["refused", "cancelled"] },
      text("started_at"),
      text("ended_at", true),
      text("job"),
      text("undoes", true),
      count("total"),
      count("checked"),
      json("counts", false),
      json("refusal"),
      json("input"),
    ],
    primaryKey: ["id"],
    uniques: [],
    foreignKeys: [],
    indexes: [],
  },
  {
    name: BATCH_ROW_TABLE,
    owner: "kernel",
    columns: [
      text("id"),
      text("batch"),
      count("place"),
      text("record", true),
      count("line", true),
      // The entry of the journal that an undo takes back.
      count("source_seq", true),
      {
        name: "outcome",
        type: "text",
        nullable: false,
        values: ["waiting", "created", "changed", "unchanged", "refused", "undone", "kept"],
      },
      count("seq", true),
      json("refused"),
      json("input"),
    ],
    primaryKey: ["id"],
    uniques: [["batch", "place"]],
    foreignKeys: [{ columns: ["batch"], table: BATCH_TABLE, references: ["id"] }],
    indexes: [["batch", "outcome", "place"]],
  },
]
