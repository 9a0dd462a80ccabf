import { Costs } from '../../graphql/field-cost';
import { ArrayMaxSize, ArrayMinSize } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { memberOf, type Context } from '../../context';
import { badInput } from '../../errors';
import { parseGlobalIds } from '../../graphql/global-id';
import { DateTime } from '../../graphql/scalars';
import { MS_PER_DAY } from '../../lib/time-zone';
import { heldWithin, type Held } from '../occupancy/occupancy.service';
import { Resource } from './resource.entity';
import { resources } from './resource.source';

const MAX_RESOURCES = 50;
const MAX_DAYS = 62;

@InputType()
export class ResourceAvailabilityInput {
  @Field(() => [ID]) @ArrayMinSize(1) @ArrayMaxSize(MAX_RESOURCES) resourceIds!: string[];
  @Field(() => DateTime) start!: number;
  @Field(() => DateTime, { description: `At most ${MAX_DAYS} days later.` }) end!: number;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Units of a resource that are in use, for a stretch of time in which they stay the same.',
})
export class ResourceUse {
  @Field(() => DateTime) start!: number;
  @Field(() => DateTime) end!: number;
  @Field(() => Int) units!: number;
}

@ObjectType({ simpleResolvers: true, description: 'How much of a resource is free.' })
export class ResourceAvailability {
  @Field(() => Resource) resource!: Resource;
  @Field(() => Int, { description: 'As many are free throughout.' }) freeUnits!: number;
  @Field(() => [ResourceUse], {
    description:
      'When any are in use, buffers of appointments included, by start; whose they are is not said.',
  })
  busy!: ResourceUse[];
}

@Resolver()
export class ResourceAvailabilityResolver {
  @Costs(2_000)
  @Query(() => [ResourceAvailability], {
    description: 'Whether resources are in use, whatever their hours. For staff.',
  })
  resourceAvailability(
    @Ctx() context: Context,
    @Arg('input', () => ResourceAvailabilityInput) input: ResourceAvailabilityInput,
  ): Promise<ResourceAvailability[]> {
    return resourceAvailability(context, input);
  }
}

/** @throws DomainError NOT_FOUND; BAD_USER_INPUT for a stretch that is empty or too long. */
async function resourceAvailability(
  context: Context,
  { resourceIds, start, end }: ResourceAvailabilityInput,
): Promise<ResourceAvailability[]> {
  if (end <= start || end - start > MAX_DAYS * MS_PER_DAY) {
    throw badInput(
      `Ask for a stretch that ends after it starts, of at most ${MAX_DAYS} days.`,
      'end',
    );
  }
  const path = ['input', 'resourceIds'];
  const rows = await Promise.all(
    [...new Set(parseGlobalIds('Resource', resourceIds, path))].map((id) =>
      resources.getVisible(context, id, path),
    ),
  );
  const held = await heldWithin(
    context.db,
    memberOf(context).businessId,
    rows.map(({ subjectId }) => subjectId),
    start,
    end,
    0,
    context.now(),
  );
  return rows.map((resource) => {
    const busy = useOf(
      held.filter(({ subjectId }) => subjectId === resource.subjectId),
      start,
      end,
    );
    return {
      resource,
      busy,
      freeUnits: Math.max(0, resource.quantity - Math.max(0, ...busy.map(({ units }) => units))),
    };
  });
}

/** Where units are in use, cut where their number changes. Pure. */
function useOf(
  held: readonly Pick<Held, 'startMs' | 'endMs' | 'units'>[],
  from: number,
  to: number,
): ResourceUse[] {
  const changes = new Map<number, number>();
  for (const { startMs, endMs, units } of held) {
    const [start, end] = [Math.max(startMs, from), Math.min(endMs, to)];
    changes.set(start, (changes.get(start) ?? 0) + units);
    changes.set(end, (changes.get(end) ?? 0) - units);
  }
  const found: ResourceUse[] = [];
  let units = 0;
  for (const [at, change] of [...changes].sort(([one], [other]) => one - other)) {
    if (change === 0) continue;
    const last = found.at(-1);
    if (last && units > 0) last.end = at;
    units += change;
    if (units > 0) found.push({ start: at, end: to, units });
  }
  return found;
}
