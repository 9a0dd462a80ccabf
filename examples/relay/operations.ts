// The Relay compiler reads these documents and writes __generated__. An application with Babel's
// plugin has them in its components; main.ts imports what the compiler wrote.
import { graphql } from 'relay-runtime';

void graphql`
  fragment operations_line on Appointment {
    id
    version
    start
    client {
      fullName
    }
  }
`;

void graphql`
  fragment operations_card on Appointment @refetchable(queryName: "operationsCardRefetchQuery") {
    ...operations_line @relay(mask: false)
    status
    price
    startDate
  }
`;

void graphql`
  fragment operations_list on Query
  @argumentDefinitions(
    filter: { type: "AppointmentFilter" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
  )
  @refetchable(queryName: "operationsListPaginationQuery") {
    appointments(filter: $filter, first: $first, after: $after, orderBy: [{ field: START }])
      @connection(key: "operations_appointments", filters: ["filter"]) {
      edges {
        node {
          ...operations_line @relay(mask: false)
          ...operations_card
        }
      }
    }
  }
`;

void graphql`
  query operationsListQuery($filter: AppointmentFilter!) {
    ...operations_list @arguments(filter: $filter)
  }
`;

void graphql`
  query operationsNodeQuery($id: ID!) {
    node(id: $id) {
      ...operations_card @alias
    }
  }
`;

void graphql`
  mutation operationsBookMutation($input: CreateAppointmentInput!, $connections: [ID!]!) {
    createAppointment(input: $input) {
      appointment @appendNode(connections: $connections, edgeTypeName: "AppointmentEdge") {
        ...operations_card
      }
      userErrors {
        __typename
        code
        message
        path
        ... on TimeUnavailableError {
          staffIds
        }
      }
    }
  }
`;

void graphql`
  subscription operationsBookingsSubscription(
    $filter: BookingNotificationFilter!
    $after: String!
  ) {
    bookingNotifications(filter: $filter, after: $after) {
      cursor
      type
      visibility
      appointmentId
      appointment {
        ...operations_card
      }
    }
  }
`;
