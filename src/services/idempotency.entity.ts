import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, JsonColumn, TenantColumn, TextColumn } from '../db/columns';

/** The result of the first request with a key, written in the same transaction as its effects. */
@Entity('idempotency_key')
@Index(['createdAt'])
export class IdempotencyKey {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('varchar', { length: 100 })
  actor!: string;

  @PrimaryColumn('varchar', { length: 100 })
  key!: string;

  @TextColumn({ length: 43 })
  inputHash!: string;

  @JsonColumn({ nullable: true })
  answer!: Record<string, unknown> | null;

  @InstantColumn()
  createdAt!: number;
}
