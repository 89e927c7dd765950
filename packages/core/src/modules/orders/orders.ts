/** Orders: made by accepting a quote; read here. */
import { query } from "../../kernel/command.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { Order, OrderLine } from "./entities.ts"

const spec = plugin("orders", {
  needs: ["organisation", "parties", "catalogue", "quotes"],
  entities: [Order],
  reads: { orders: Order },
  queries: {
    get: query({
      input: { order: Order.id },
      refuses: [],
      answer: async (ctx, { order: id }) => {
        const order = await ctx.read.get(Order, id)
        return { order, lines: await ctx.read.children(OrderLine, order.id) }
      },
    }),
  },
})

/** The calls of orders. */
export interface Orders extends FaceOf<typeof spec> {}
/** The plugin orders. */
export interface OrdersPlugin extends Plugin<"orders", Orders> {}
/** Customers' orders. */
export const orders: OrdersPlugin = spec
