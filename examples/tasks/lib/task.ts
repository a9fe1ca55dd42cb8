import { createProblem, Problem, problemResponse } from "@x/routes/route";
import { z } from "zod";

export type Task = z.infer<typeof Task>;
export const Task = z.object({
  id: z.int().positive(),
  user: z.string(),
  title: z.string().trim().min(1).max(200),
  status: z.enum(["open", "done"]),
}).meta({ id: "Task" });

/** The params of the routes of a task. */
export const TaskParams = z.object({ id: z.coerce.number().int().positive() });

/** The problems that these routes respond with. */
export const problems = { 400: Problem, 404: Problem };

export const noTask = () => problemResponse(createProblem(404, { detail: "You have no such task" }));
