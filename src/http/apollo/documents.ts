import type { ApolloServerOptionsWithSchema, BaseContext } from '@apollo/server';
import { parse, type OperationDefinitionNode } from 'graphql';
import type { DocumentCache } from '../operations/document-cache';
import type { ValidDocument } from '../operations/prepare-document';

type DocumentStore = NonNullable<ApolloServerOptionsWithSchema<BaseContext>['documentStore']>;

/** Replaces a refused document, so that Apollo neither parses nor validates it. */
const REFUSED = parse('{ __typename }');

/** Whether the operation replaces those of a refused document. */
export const isRefused = (operation: OperationDefinitionNode | undefined): boolean =>
  operation === REFUSED.definitions[0];

/**
 * The document cache of the pipeline as Apollo's document store. The pipeline parses, validates and
 * adds documents itself, after their limits; no refusal is cached.
 */
export class PreparedDocuments implements DocumentStore {
  /** Requests whose document was refused and that Apollo has not looked up yet, by hash. */
  private readonly refused = new Map<string, number>();

  constructor(private readonly documents: DocumentCache<ValidDocument>) {}

  /** Makes the next lookup of the hash return the document that replaces refused ones. */
  refuse(hash: string): void {
    this.refused.set(hash, (this.refused.get(hash) ?? 0) + 1);
  }

  async get(prefixedHash: string) {
    const hash = prefixedHash.slice(prefixedHash.lastIndexOf(':') + 1);
    return this.takeRefused(hash) ? REFUSED : this.documents.get(hash)?.document;
  }

  async set(): Promise<void> {}

  async delete(): Promise<boolean> {
    return false;
  }

  private takeRefused(hash: string): boolean {
    const count = this.refused.get(hash);
    if (count === undefined) return false;
    if (count > 1) this.refused.set(hash, count - 1);
    else this.refused.delete(hash);
    return true;
  }
}
