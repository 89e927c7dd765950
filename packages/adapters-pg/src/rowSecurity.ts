/**
 * Row-level security: a second belt. A policy compares the tenant of each row with a setting that is made at the
 * beginning of each transaction and ends with it; without the setting there are no rows.
 */
import { TENANT_OF_ALL, type TenantBelt } from "@anbud/adapter-sql"
import { sql } from "kysely"

/** The name of the policy of every table. */
export const POLICY = "anbud_tenant"
const SETTING = "anbud.tenant"

/** How PostgreSQL keeps tenants apart; from the owner of the tables too, but not from a superuser. */
export const rowSecurity: TenantBelt = {
  tell: (tenant) => sql`select pg_catalog.set_config(${sql.lit(SETTING)}, ${tenant}, true) as "told"`,
  guard: (table) => [
    sql`alter table ${table} enable row level security, force row level security`,
    sql`drop policy if exists ${sql.id(POLICY)} on ${table}`,
    // The subquery runs once per statement and not once per row.
    sql`create policy ${sql.id(POLICY)} on ${table}
      using ((select pg_catalog.current_setting(${sql.lit(SETTING)}, true)) in ("tenant", ${sql.lit(TENANT_OF_ALL)}))`,
  ],
}
