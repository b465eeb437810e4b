package org.vitalroutes.fhir.deliver;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.client.apache.ApacheRestfulClientFactory;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.IHttpResponse;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.time.Duration;
import java.util.List;
import org.apache.http.impl.client.HttpClientBuilder;

/** Clients of the FHIR server, which go where they are told and nowhere else. */
public final class FhirClients {

  /** The FHIR server may take its time for a large transaction. */
  private static final int ANSWER_MILLIS = 60_000;

  /** From the request to the last byte of the answer, however evenly the bytes come. */
  private static final Duration WHOLE_CALL = Duration.ofSeconds(90);

  private static final int CONNECT_MILLIS = 5_000;

  private FhirClients() {}

  /**
   * One context for all: making one scans the R5 model for a second.
   *
   * @param connections most requests at once, of all clients of the context; the others wait
   */
  public static FhirContext context(int connections) {
    FhirContext context = FhirContext.forR5Cached();
    ApacheRestfulClientFactory clients = new WithoutRedirects(context);
    clients.setServerValidationMode(ServerValidationModeEnum.NEVER);
    clients.setConnectTimeout(CONNECT_MILLIS);
    clients.setPoolMaxPerRoute(connections);
    clients.setPoolMaxTotal(connections);
    clients.setSocketTimeout(ANSWER_MILLIS);
    context.setRestfulClientFactory(clients);
    return context;
  }

  /** A client of a server. */
  public static IGenericClient client(FhirContext context, String url) {
    IGenericClient client = context.newRestfulGenericClient(url);
    client.registerInterceptor(new RetryAfterKept());
    return client;
  }

  /** The client's own exceptions forget the headers of an answer. */
  @Interceptor
  public static final class RetryAfterKept {

    /** Fails at once, with the header, when an answer that is an error has one. */
    @Hook(Pointcut.CLIENT_RESPONSE)
    public void keep(IHttpResponse answer) {
      List<String> waits = answer.getStatus() < 400 ? null : answer.getHeaders("Retry-After");
      if (waits != null && !waits.isEmpty()) {
        var failure =
            new UnclassifiedServerFailureException(answer.getStatus(), "asked to come again later");
        failure.addResponseHeader("retry-after", waits.get(0));
        throw failure;
      }
    }
  }

  /** A redirect would carry the access token to a host that nobody has set. */
  private static final class WithoutRedirects extends ApacheRestfulClientFactory {

    WithoutRedirects(FhirContext context) {
      super(context);
    }

    @Override
    protected HttpClientBuilder getHttpClientBuilder() {
      // A call is repeated by its sync request, so that the breaker sees each.
      return super.getHttpClientBuilder()
          .setRequestExecutor(new CallDeadline(WHOLE_CALL))
          .disableRedirectHandling()
          .disableAutomaticRetries();
    }
  }
}
