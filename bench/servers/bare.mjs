// A bare server: the body names the operation, the answer is a text of JSON.
import { createServer } from 'node:http';

/** @param answer returns the text for an operation's name and its input; a thrown error is sent as one. /statements returns `sent()`. */
export function serve(answer, sent) {
  const server = createServer((request, response) => {
    if (request.url === '/statements') return response.end(sent());
    const chunks = [];
    request
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', async () => {
        let text;
        try {
          const { name, ...input } = JSON.parse(Buffer.concat(chunks).toString());
          text = await answer(name, input);
        } catch (error) {
          text = JSON.stringify({ errors: [{ message: error.message }] });
        }
        response
          .writeHead(200, {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          })
          .end(text);
      });
  });
  server.listen(0, '127.0.0.1', () =>
    console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
  );
}
