import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { gatewaySchema } from './schema';
import { printed } from './sdl';
import { subgraphSdl } from './subgraph';

/** Writes the SDL of the gateway and of its subgraph. */
writeFileSync('schema.graphql', printed(gatewaySchema()));
writeFileSync('schema.subgraph.graphql', subgraphSdl());
