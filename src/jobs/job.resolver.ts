import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { requireRole, Role, type Context } from '../context';
import { connectionOf, PageArgs, type Page } from '../graphql/connection';
import { answer, payloadOf } from '../graphql/payload';
import { Job } from './job.entity';
import { JobFilter, RetryJobInput } from './job.inputs';
import * as service from './job.service';
import { jobList } from './job.source';

const JobConnection = connectionOf(Job, 'Job');
const RetryJobPayload = payloadOf('RetryJob', 'job', () => Job);

@Resolver(() => Job)
export class JobResolver {
  @Query(() => JobConnection, {
    description: 'Background work of the business, newest first. For administrators.',
  })
  jobs(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => JobFilter, { nullable: true }) filter?: JobFilter,
  ): Page<Job> {
    requireRole(context, Role.ADMINISTRATOR);
    return jobList.page(context, { ...page, filter });
  }

  @Mutation(() => RetryJobPayload, {
    description: 'Tries a dead job again, with all of its attempts. For administrators.',
  })
  retryJob(@Ctx() context: Context, @Arg('input', () => RetryJobInput) input: RetryJobInput) {
    return answer(context, 'job', () => service.retry(context, input));
  }
}
