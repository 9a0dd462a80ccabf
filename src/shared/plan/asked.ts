import type { GraphQLResolveInfo } from 'graphql';

const PLANNING = Symbol('planning');

/** The info that a resolver gets which is asked what it would read, and reads nothing. */
export const planningInfo = (info: object): GraphQLResolveInfo => ({ ...info, [PLANNING]: true }) as never;

export const isPlanning = (info: object): boolean => PLANNING in info;
