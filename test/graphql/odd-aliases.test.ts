import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

onEachDatabase('an alias __proto__', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    await book(gateway, clinic, '2031-05-06T14:00:00Z');
  });

  it.each([
    '{ __proto__: staffMember(id: "ID") { __proto__: fullName } }',
    `{
      staff(first: 1) {
        __proto__: nodes {
          __proto__: fullName
          appointments(first: 1) { __proto__: totalCount pageInfo { __proto__: hasNextPage } }
        }
      }
    }`,
    `{
      appointments(first: 1) {
        nodes {
          __proto__: client { __proto__: fullName } location { locationName }
          history { nodes { __proto__: type } }
        }
      }
    }`,
  ])('is in the data: %s', async (document) => {
    const query = document.replace('ID', clinic.staffId);
    const response = await fetch(`${gateway.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${gateway.business.secretKey}`,
      },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();

    expect(text).not.toContain('"errors"');
    expect(text.match(/"__proto__":/g)).toHaveLength(document.match(/__proto__/g)!.length);
  });
});
