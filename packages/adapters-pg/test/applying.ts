/** A process that applies the evolved tables: `applying.ts URL SCHEMA STATEMENT`. It kills itself before that statement. */
import { sqlStore } from "@anbud/adapter-sql"
import { EVOLVED_TABLES } from "@anbud/core/testkit"
import { postgresDifferences } from "../src/postgres.ts"

const [connectionString = "", schema = "", statement = "0"] = process.argv.slice(2)
const differences = postgresDifferences({ connectionString, schema })
let count = 0
const store = sqlStore({
  ...differences,
  connections: {
    ...differences.connections,
    begin: async (mode, signal) => {
      const transaction = await differences.connections.begin(mode, signal)
      const run: typeof transaction.run = (sql, parameters) => {
        count += 1
        if (count === Number(statement)) process.kill(process.pid, "SIGKILL")
        return transaction.run(sql, parameters)
      }
      return { ...transaction, run }
    },
  },
})
await store.schema.apply(EVOLVED_TABLES)
await store.close()
