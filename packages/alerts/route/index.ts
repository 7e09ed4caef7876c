/**
 * The routing tree: sections of the configuration enter, a tree with everything inherited leaves, which tells the routes of an alert and explains
 * them. The engine, the simulator and the route tester call.
 */
export { buildRoute } from './build-route.ts';
export type { RouteVisit } from './explain-route.ts';
export { explainRoute } from './explain-route.ts';
export type { Route } from './route.ts';
export { groupLabelsOf, matchRoutes } from './route.ts';
export type { RouteSection } from './route-section.ts';
export { routeSection, walkSections } from './route-section.ts';
