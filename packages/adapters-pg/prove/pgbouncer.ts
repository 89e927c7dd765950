/**
 * Proof: everything works behind pgbouncer in transaction mode, where two transactions of one client may run on two
 * connections of the server: the store's contract, a host's own transactions, an engine under load, and the quickstart.
 *
 * It starts the `pgbouncer` of the path (Debian and Ubuntu: `apt install pgbouncer`), or the one that `PGBOUNCER`
 * names; without one it says so and nothing is proved.
 */
import { spawn, spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import pg from "pg"
import { freePort, startPostgres } from "../../../test/startPostgres.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"

const ROOT = join(import.meta.dirname, "..", "..", "..")
const TESTS = ["storeContract", "joinContract", "jobsContract", "engine", "writeSkew", "exhausted", "join"]
/** How many connections of the server pgbouncer shares out: fewer than any test asks for, and one. */
const POOL_SIZES = [3, 1]

const GOAL = "behind pgbouncer in transaction mode every contract holds and the quickstart prints what it always prints"

/** Runs the tests and the quickstart once for each size of pgbouncer's pool. */
export const prove = async (_options: MeasurementOptions): Promise<Measurement> => {
  const program = process.env["PGBOUNCER"] ?? "pgbouncer"
  const { stdout, error } = spawnSync(program, ["--version"], { encoding: "utf8" })
  if (error)
    return { goal: GOAL, reached: false, missing: `${program}: install the package pgbouncer, or set PGBOUNCER` }
  const version = stdout.split("\n")[0]
  const database = await startPostgres()
  const runs: Run[] = []
  try {
    for (const poolSize of POOL_SIZES) runs.push(await behind(program, database.url, poolSize))
  } finally {
    await database.stop()
  }
  return { goal: GOAL, reached: runs.every((run) => run.failed === 0 && run.quickstartIsSame), version, runs }
}

interface Run {
  readonly poolSize: number
  readonly passed: number
  readonly failed: number
  readonly quickstartIsSame: boolean
}

const behind = async (program: string, url: string, poolSize: number): Promise<Run> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-pgbouncer-"))
  const port = await freePort()
  const file = join(folder, "pgbouncer.ini")
  // pgbouncer refuses to run as root, and then runs as a user who must be able to read this.
  chmodSync(folder, 0o755)
  writeFileSync(file, configuration(new URL(url), port, poolSize))
  const isRoot = process.getuid?.() === 0
  const pgbouncer = spawn(program, [...(isRoot ? ["-u", "postgres"] : []), file], { stdio: ["ignore", "pipe", "pipe"] })
  const own = new URL(url)
  own.host = `127.0.0.1:${port}`
  try {
    await answering(own.href)
    const counts = await testsAt(own.href, join(folder, "report.json"))
    return { poolSize, ...counts, quickstartIsSame: quickstartAt(own.href, folder) }
  } finally {
    const ended = new Promise((resolve) => pgbouncer.once("close", resolve))
    pgbouncer.kill("SIGTERM")
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

const configuration = ({ hostname, port, username, password }: URL, own: number, poolSize: number): string => `
[databases]
* = host=${hostname} port=${port || 5432} user=${username} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
`

const answering = async (url: string): Promise<void> => {
  for (let tries = 1; ; tries++) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.query("select 1")
      return
    } catch (error) {
      if (tries === 100) throw error
      await pause(50)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

/** The adapter's own tests, but for those of a role of its own: pgbouncer signs in as one user here. */
const testsAt = async (url: string, report: string): Promise<Pick<Run, "passed" | "failed">> => {
  const files = TESTS.map((name) => `packages/adapters-pg/test/${name}.test.ts`)
  const names = "^(?!.*(hostile|foreign settings))"
  // One file after the other: two would share pgbouncer's few connections, and wait for one another in vain.
  const args = ["run", "--no-file-parallelism", "--reporter=json", `--outputFile=${report}`, "--testNamePattern", names]
  const vitest = spawn(join(ROOT, "node_modules", ".bin", "vitest"), [...args, ...files], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "inherit", "inherit"],
  })
  await new Promise((resolve) => vitest.once("close", resolve))
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8")) as Report
  for (const { assertionResults } of testResults)
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === "failed") console.log(`failed: ${fullName}: ${failureMessages[0]?.split("\n")[0]}`)
  return { passed: numPassedTests, failed: numFailedTests }
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

const quickstartAt = (url: string, folder: string): boolean => {
  const main = join(ROOT, "examples", "quickstart", "main.ts")
  const args = ["--import", "tsx", "--conditions=@anbud/source", main, "--fresh", "--postgres", url, "--out", folder]
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: ROOT })
  const withoutFolder = (text: string): string => text.replace(/\n {2}Written to .*/, "").trim()
  return withoutFolder(stdout) === withoutFolder(readFileSync(join(ROOT, "examples/quickstart/output.txt"), "utf8"))
}
