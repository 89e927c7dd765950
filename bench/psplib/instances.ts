/**
 * PSPLIB instances: read from the folder beside the repository, never shipped (the library states no licence).
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Project } from "@anbud/scheduling"

export type SetName = "j30" | "j60" | "j120"

export interface Instance {
  readonly name: string
  readonly project: Project
  /** Longest path, and the best makespan known. */
  readonly criticalPath: number
  readonly bestKnown: number
}

/** Where the data lies: `PSPLIB`, or `../shared/data/psplib` beside the repository. */
export const dataFolder = (): string =>
  process.env["PSPLIB"] ?? fileURLToPath(new URL("../../../shared/data/psplib", import.meta.url))

/** All instances of a set in order of name, or undefined if the data is not there. */
export const readSet = (set: SetName): readonly Instance[] | undefined => {
  const folder = dataFolder()
  const archive = join(folder, `${set}.sm.tar.gz`)
  const table = join(folder, "reference_makespans.csv")
  if (!existsSync(archive) || !existsSync(table)) return undefined
  const reference = readReference(readFileSync(table, "utf8"))
  const unpacked = mkdtempSync(join(tmpdir(), "psplib-"))
  try {
    execFileSync("tar", ["xzf", archive, "-C", unpacked])
    return readdirSync(unpacked, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".sm"))
      .sort()
      .map((file) => {
        const name = file.slice(file.lastIndexOf("/") + 1)
        return { name, project: readProject(readFileSync(join(unpacked, file), "utf8")), ...reference.get(name)! }
      })
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
}

const readReference = (text: string): ReadonlyMap<string, { criticalPath: number; bestKnown: number }> => {
  const [head = "", ...rows] = text.trim().split("\n")
  const column = (name: string): number => head.split(",").indexOf(name)
  return new Map(
    rows.map((row) => {
      const cells = row.split(",")
      const value = { criticalPath: Number(cells[column("cpm_lb")]), bestKnown: Number(cells[column("best_ub")]) }
      return [cells[column("file")]!, value]
    }),
  )
}

/** Reads the ProGen format; the two dummy activities at the ends are left out. */
const readProject = (text: string): Project => {
  const lines = text.split("\n").map((line) => line.trim())
  const numbersAfter = (title: string, skip: number, count: number): number[][] => {
    const at = lines.findIndex((line) => line.startsWith(title)) + skip
    return lines.slice(at, at + count).map((line) => line.split(/\s+/).map(Number))
  }
  const jobs = Number(lines.find((line) => line.startsWith("jobs"))!.split(":")[1])
  const relations = numbersAfter("PRECEDENCE RELATIONS", 2, jobs).slice(1, -1)
  const requests = numbersAfter("REQUESTS/DURATIONS", 3, jobs).slice(1, -1)
  return {
    durations: requests.map((row) => row[2]!),
    demand: requests.map((row) => row.slice(3)),
    capacity: numbersAfter("RESOURCEAVAILABILITIES", 2, 1)[0]!,
    successors: relations.map((row) =>
      row
        .slice(3)
        .filter((job) => job > 1 && job < jobs)
        .map((job) => job - 2),
    ),
  }
}
