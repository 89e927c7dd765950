/**
 * Proof: what the engine lets a user see and do is what the words of the guide "Rights" say, case by case, for roles at
 * random; and an engine that gets any of it wrong is found. A case is a user with roles, the firm's records, an action
 * and a field.
 *
 * Beside that, two proofs by comparison: every call with another tenant's ids and names says what it says with ids and
 * names that nobody has; and two firms that differ in nothing but what a user may not see answer that user alike.
 *
 * 50 000 cases on SQLite, ten times as many with `--full`; a part on PostgreSQL.
 */
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import { startPostgres } from "../../../test/startPostgres.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { FAULTS, missedFaults } from "../test/rightsProof/faults.ts"
import { type Compared, compare } from "../test/rightsProof/proving.ts"
import { askAsStranger } from "../test/rightsProof/strangers.ts"
import { DENIALS, toldApart } from "../test/rightsProof/veil.ts"

const CASES = 50_000
const ON_POSTGRESQL = 2_000
/** A world of sheets is opened anew after so many cases: ids, owners and draws are others then. */
const CASES_PER_WORLD = 5_000
const CASES_PER_FAULT = 4_000

export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const cases = full ? 10 * CASES : CASES
  const onSqlite = await compareMany(memory, seed, cases)
  const database = await startPostgres()
  let onPostgresql: Compared
  try {
    const open = () => postgres({ connectionString: database.url, schema: "rights" })
    onPostgresql = await compareMany(open, seed, ON_POSTGRESQL)
  } finally {
    await database.stop()
  }
  const missed = await missedFaults(memory, seed, CASES_PER_FAULT)
  const strangers = await askAsStranger(memory())
  const veil = await toldApart(memory)
  const unseenHoles: string[] = []
  for (const without of DENIALS)
    if ((await toldApart(memory, { without, every: 4 })).told.length === 0) unseenHoles.push(JSON.stringify(without))
  for (const one of [...strangers.told, ...veil.told].slice(0, 20)) console.log(JSON.stringify(one))
  for (const one of [...onSqlite.differences, ...onPostgresql.differences].slice(0, 20))
    console.log(JSON.stringify(one))
  return {
    goal: `${cases} cases are as an independent oracle says, and every planted fault is found`,
    reached:
      onSqlite.cases >= cases &&
      onSqlite.differences.length + onPostgresql.differences.length === 0 &&
      missed.length === 0 &&
      strangers.told.length + strangers.leaked.length + veil.told.length + unseenHoles.length === 0,
    sqlite: figures(onSqlite),
    postgresql: figures(onPostgresql),
    faults: Object.keys(FAULTS).length,
    missed,
    strangers: { ...strangers, told: strangers.told.length, leaked: strangers.leaked.length },
    veil: { ...veil, told: veil.told.length },
    holes: DENIALS.length,
    unseenHoles,
  }
}

const memory = (): Store => sqlite({ file: ":memory:" })

const figures = ({ differences, ...counts }: Compared) => ({ ...counts, differences: differences.length })

const compareMany = async (open: () => Store, seed: number, cases: number): Promise<Compared> => {
  let sum: Compared = { rounds: 0, cases: 0, granted: 0, differences: [] }
  for (let world = 0; sum.cases < cases && sum.differences.length < 20; world += 1) {
    const more = Math.min(cases - sum.cases, CASES_PER_WORLD)
    const { rounds, cases: compared, granted, differences } = await compare(open(), { seed: seed + world, cases: more })
    sum = {
      rounds: sum.rounds + rounds,
      cases: sum.cases + compared,
      granted: sum.granted + granted,
      differences: [...sum.differences, ...differences],
    }
    console.log(`${sum.cases} cases, ${sum.differences.length} differences`)
  }
  return sum
}
