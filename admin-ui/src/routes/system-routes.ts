/** The screens of the group System, and those that are reached from them. */
export const systemRoutes = [] as const;
