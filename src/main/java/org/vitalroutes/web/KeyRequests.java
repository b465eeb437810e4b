package org.vitalroutes.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestOperations;
import org.springframework.web.client.RestTemplate;

/**
 * Requests of the identity provider's metadata and keys. Anyone can send a token with an unknown
 * key, for which the keys are fetched again on the thread of that request. So each has a deadline;
 * an answer is used again for a while, and after a request without one nothing is asked for as
 * long.
 */
final class KeyRequests implements ClientHttpRequestInterceptor {

  /** From the request to the last byte of the answer. */
  private static final Duration WHOLE_CALL = Duration.ofSeconds(3);

  /** How long an answer, or that there was none, holds. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  private static final int MOST_BYTES = 1024 * 1024;

  private final Clock clock;
  private final Map<URI, Answer> answers = new ConcurrentHashMap<>();
  private volatile Instant silentUntil = Instant.MIN;

  private KeyRequests(Clock clock) {
    this.clock = clock;
  }

  /** An HTTP client that makes them. */
  static RestOperations client(Clock clock) {
    JdkClientHttpRequestFactory requests =
        new JdkClientHttpRequestFactory(HttpClient.newBuilder().connectTimeout(WHOLE_CALL).build());
    // Of the whole call: it also closes the body of an answer that comes too slowly.
    requests.setReadTimeout(WHOLE_CALL);
    RestTemplate client = new RestTemplate(requests);
    client.setInterceptors(List.of(new KeyRequests(clock)));
    return client;
  }

  @Override
  public ClientHttpResponse intercept(
      HttpRequest request, byte[] body, ClientHttpRequestExecution execution) throws IOException {
    Answer last = answers.get(request.getURI());
    if (last != null && clock.instant().isBefore(last.until)) {
      return last;
    }
    if (clock.instant().isBefore(silentUntil)) {
      throw new IOException("the identity provider does not answer");
    }
    try (ClientHttpResponse answer = execution.execute(request, body)) {
      byte[] read = answer.getBody().readNBytes(MOST_BYTES);
      Answer kept =
          new Answer(
              clock.instant().plus(PAUSE), answer.getStatusCode(), answer.getHeaders(), read);
      answers.put(request.getURI(), kept);
      return kept;
    } catch (IOException e) {
      silentUntil = clock.instant().plus(PAUSE);
      throw e;
    }
  }

  private static final class Answer implements ClientHttpResponse {

    private final Instant until;
    private final HttpStatusCode status;
    private final HttpHeaders headers;
    private final byte[] body;

    Answer(Instant until, HttpStatusCode status, HttpHeaders headers, byte[] body) {
      this.until = until;
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    @Override
    public HttpStatusCode getStatusCode() {
      return status;
    }

    @Override
    public String getStatusText() {
      return "";
    }

    @Override
    public HttpHeaders getHeaders() {
      return headers;
    }

    @Override
    public InputStream getBody() {
      return new ByteArrayInputStream(body);
    }

    @Override
    public void close() {
      // It was read before.
    }
  }
}
