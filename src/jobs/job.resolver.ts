import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Role, type Context } from '../context';
import { RequiresRole } from '../graphql/sdl/required-role';
import { connectionOf, PageArgs, type Page } from '../graphql/connection';
import { answer, payloadOf } from '../graphql/payload';
import { Job } from './job.entity';
import { JobFilter, RetryJobInput } from './job.inputs';
import * as service from './job.service';
import { jobList } from './job.list';
import { PageOf } from '../graphql/relations/relation-field';

const JobConnection = connectionOf(Job, 'Job');
const RetryJobPayload = payloadOf('RetryJob', 'job', () => Job);

@Resolver(() => Job)
export class JobResolver {
  @RequiresRole(Role.ADMINISTRATOR)
  @Query(() => JobConnection, {
    description: 'Background jobs of the business, newest first. Requires role: ADMINISTRATOR.',
  })
  @PageOf(jobList)
  jobs(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => JobFilter, { nullable: true }) filter?: JobFilter,
  ): Page<Job> {
    return jobList.page(context, { ...page, filter });
  }

  @Mutation(() => RetryJobPayload, {
    description: 'Retries a dead job now, with all of its attempts. Requires role: ADMINISTRATOR.',
  })
  retryJob(@Ctx() context: Context, @Arg('input', () => RetryJobInput) input: RetryJobInput) {
    return answer(context, 'job', () => service.retry(context, input));
  }
}
