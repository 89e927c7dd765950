/** Dispatch: when an order is committed, and not before, the warehouse hears of it. */
import { afterCommit, type Id, Order, type Plugin, plugin, Quotes } from "@anbud/core"

/** Leaves a note for the warehouse, once per order however often it is asked to. */
export type Dispatch = (order: Id<"order">, note: string) => Promise<void>

/** The plugin dispatch. */
export interface DispatchPlugin extends Plugin<"dispatch", Record<never, never>> {}

/** The ERP's plugin, with the way in which notes are left. */
export const dispatch = (leave: Dispatch): DispatchPlugin =>
  plugin("dispatch", {
    needs: ["orders", "quotes"],
    entities: [],
    hooks: [
      afterCommit(Quotes.accept, async (ctx, { outcome }) => {
        const { id, number } = await ctx.read.get(Order, outcome.order)
        await leave(id, `pack ${number}`)
      }),
    ],
  })
