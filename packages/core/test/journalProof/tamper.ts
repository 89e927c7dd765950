/** Tampering with a copy of a hotel's file, one mutation at a time, and what the verification says of each. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { KeyMissing } from "@anbud/core"
import BetterSqlite3 from "better-sqlite3"
import { leave, openHotel, publicKeys, stay, TENANT } from "./firm.ts"
import { type Expected, MUTATIONS, type Tables } from "./mutations.ts"

/** A mutation that was not found, or not as what it is. */
export interface Missed {
  readonly mutation: string
  readonly draw: number
  readonly expected: Expected
  readonly found: unknown
}

/** What became of the mutations. */
export interface Tampering {
  readonly mutations: number
  readonly byName: Readonly<Record<string, number>>
  readonly missed: readonly Missed[]
}

const TABLES = ["journal", "journal_change", "journal_part", "subject_key", "journal_checkpoint", "counter", "tenant"]

/** Mutates a copy of a file of about 100 entries so often, and verifies each time. */
export const tamper = async (count: number, random: () => number): Promise<Tampering> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-journal-"))
  const pathOf = (name: string): string => join(folder, `${name}.db`)
  try {
    const { kept, oldSize } = await lives(pathOf)
    copyFileSync(pathOf("whole"), pathOf("mutated"))
    const hotel = await openHotel(pathOf("mutated"), "mutated")
    const database = new BetterSqlite3(pathOf("mutated"))
    for (const pragma of ["foreign_keys = off", "ignore_check_constraints = on", "synchronous = off"])
      database.pragma(pragma)
    for (const life of ["whole", "old", "other"]) database.exec(`attach '${pathOf(life)}' as ${life}`)
    const restore: Tables["restore"] = (life) => {
      for (const table of TABLES)
        database.exec(
          `delete from main.anbud_${table}; insert into main.anbud_${table} select * from ${life}.anbud_${table}`,
        )
    }
    const below = (limit: number): number => Math.floor(random() * limit)
    const tables: Tables = { database, below, restore, oldSize, sizes: kept.map(({ size }) => size) }
    const verify = async (): Promise<unknown> => {
      try {
        const { broken } = await hotel.engine.journal.verify({ tenant: TENANT, checkpoints: kept, publicKeys })
        return broken
      } catch (error) {
        return KeyMissing.is(error) ? { kind: error._tag } : error
      }
    }
    const result = await mutateAll(count, tables, verify)
    database.close()
    await hotel.engine.close()
    return result
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A file, an older copy of it, and that copy with another life of its own. */
const lives = async (pathOf: (name: string) => string) => {
  const young = await openHotel(pathOf("whole"), "first")
  const guests: string[] = []
  for (let n = 0; n < 15; n++) guests.push(await stay(young, `guest ${n}`))
  for (const guest of guests.slice(0, 3)) await leave(young, guest)
  const { seq: oldSize } = await young.engine.journal.head({ tenant: TENANT })
  await young.engine.close()
  for (const copy of ["old", "other"]) copyFileSync(pathOf("whole"), pathOf(copy))
  const live = async (name: string, life: string, more: number) => {
    const hotel = await openHotel(pathOf(name), life)
    for (let n = 0; n < more; n++) await stay(hotel, `${life} guest ${n}`)
    for (const guest of guests.slice(5, 8)) await leave(hotel, guest)
    await hotel.engine.close()
    return hotel.kept
  }
  const later = await live("whole", "second", 15)
  await live("other", "third", 20)
  return { kept: [...young.kept, ...later], oldSize }
}

const mutateAll = async (count: number, tables: Tables, verify: () => Promise<unknown>): Promise<Tampering> => {
  const names = Object.keys(MUTATIONS)
  const byName: Record<string, number> = {}
  const missed: Missed[] = []
  const untouched = await verify()
  if (untouched !== null) throw new Error(`The untouched file is broken: ${JSON.stringify(untouched)}`)
  const { database, restore } = tables
  for (let draw = 0; Object.values(byName).reduce((sum, some) => sum + some, 0) < count; draw++) {
    const mutation = names[draw % names.length] as string
    const expected = database.transaction(() => MUTATIONS[mutation]?.(tables) ?? null)()
    if (expected !== null) {
      const found = await verify()
      byName[mutation] = (byName[mutation] ?? 0) + 1
      if (!isAs(found, expected)) missed.push({ mutation, draw, expected, found })
    }
    database.transaction(() => restore("whole"))()
  }
  return { mutations: count, byName, missed }
}

const isAs = (found: unknown, { kind, seq }: Expected): boolean => {
  if (typeof found !== "object" || found === null || !("kind" in found) || found.kind !== kind) return false
  return kind === "KeyMissing" || ("seq" in found && found.seq === seq)
}

/** Numbers from 0 to 1, the same ones for the same seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
