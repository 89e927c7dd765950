import { defineConfig } from "vitest/config"

// Only the custom condition: vitest hands the list to Node as --conditions, so naming "import" would
// make CommonJS packages load the ESM build of their dependencies and fail.
const conditions = ["@anbud/source"]

// These run on a real PostgreSQL, which starts by itself when one of them runs and only then.
const onPostgres = [
  "packages/adapters-pg/test/**/*.test.ts",
  "packages/*/test/**/*.postgres.test.ts",
  "examples/*/test/**/*.postgres.test.ts",
]

export default defineConfig({
  resolve: { conditions: [...conditions] },
  ssr: { resolve: { conditions: [...conditions], externalConditions: conditions } },
  test: {
    pool: "threads",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: [
            "packages/*/test/**/*.test.ts",
            "packages/plugins/*/test/**/*.test.ts",
            "examples/*/test/**/*.test.ts",
            "tools/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", ...onPostgres],
        },
      },
      {
        extends: true,
        test: { name: "postgres", include: onPostgres, globalSetup: ["test/globalPostgres.ts"] },
      },
    ],
  },
})
