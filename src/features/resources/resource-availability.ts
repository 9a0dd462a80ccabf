import { Costs } from '../../graphql/field-cost';
import { ArrayMaxSize, ArrayMinSize } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { memberOf, type Context } from '../../context';
import { badInput, InputProblemCode } from '../../errors';
import { parseGlobalIds } from '../../graphql/global-id';
import { DateTime } from '../../graphql/scalars';
import { MS_PER_DAY } from '../../lib/time-zone';
import { heldWithin, type Held } from '../occupancy/occupancy.service';
import { Resource } from './resource.entity';
import { resources } from './resource.list';

const MAX_RESOURCES = 50;
const MAX_DAYS = 62;

@InputType({ description: 'The resource and the interval for which to count free units.' })
export class ResourceAvailabilityInput {
  @Field(() => [ID]) @ArrayMinSize(1) @ArrayMaxSize(MAX_RESOURCES) resourceIds!: string[];
  @Field(() => DateTime) start!: number;
  @Field(() => DateTime, {
    description: `End of the interval, at most ${MAX_DAYS} days after the start.`,
  })
  end!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Interval during which a constant number of units of a resource is in use.',
})
export class ResourceUse {
  @Field(() => DateTime) start!: number;
  @Field(() => DateTime) end!: number;
  @Field(() => Int) units!: number;
}

@ObjectType({ simpleResolvers: true, description: 'Free units of a resource in an interval.' })
export class ResourceAvailability {
  @Field(() => Resource) resource!: Resource;
  @Field(() => Int, { description: 'Units that are free during the whole interval.' })
  freeUnits!: number;
  @Field(() => [ResourceUse], {
    description:
      'Intervals during which any units are in use, including buffers of appointments, by ' +
      'start. The appointments are not revealed.',
  })
  busy!: ResourceUse[];
}

@Resolver()
export class ResourceAvailabilityResolver {
  @Costs(2_000)
  @Query(() => [ResourceAvailability], {
    description: 'Use of resources in an interval, regardless of their hours. Staff only.',
  })
  resourceAvailability(
    @Ctx() context: Context,
    @Arg('input', () => ResourceAvailabilityInput) input: ResourceAvailabilityInput,
  ): Promise<ResourceAvailability[]> {
    return resourceAvailability(context, input);
  }
}

/** @throws DomainError NOT_FOUND; BAD_USER_INPUT for an interval that is empty or too long. */
async function resourceAvailability(
  context: Context,
  { resourceIds, start, end }: ResourceAvailabilityInput,
): Promise<ResourceAvailability[]> {
  if (end <= start || end - start > MAX_DAYS * MS_PER_DAY) {
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      `The end must be after the start, by at most ${MAX_DAYS} days.`,
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
    rows.map(({ subjectId }) => subjectId),
    {
      businessId: memberOf(context).businessId,
      startMs: start,
      endMs: end,
      exceptAppointmentId: 0,
      now: context.now(),
    },
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

/** Returns the intervals in which units are in use, split where their number changes. Pure. */
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
  const uses: ResourceUse[] = [];
  let units = 0;
  for (const [at, change] of [...changes].sort(([one], [other]) => one - other)) {
    if (change === 0) continue;
    const last = uses.at(-1);
    if (last && units > 0) last.end = at;
    units += change;
    if (units > 0) uses.push({ start: at, end: to, units });
  }
  return uses;
}
