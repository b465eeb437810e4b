package org.vitalroutes.fhir.wire;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.client.apache.ApacheRestfulClientFactory;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.IHttpResponse;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.client.ClientProtocolException;
import org.apache.http.client.HttpClient;
import org.apache.http.client.ServiceUnavailableRetryStrategy;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.client.utils.URIUtils;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Clients of the FHIR server, one for each version, over the same connections and with the same
 * credentials. They go to that server and nowhere else.
 */
public final class FhirClients {

  /** The FHIR server may take its time for a large transaction. */
  private static final int ANSWER_MILLIS = 60_000;

  /** From the request to the last byte of the answer, however evenly the bytes come. */
  private static final Duration WHOLE_CALL = Duration.ofSeconds(90);

  private static final int CONNECT_MILLIS = 5_000;
  private static final int POOL_MILLIS = 10_000;
  private static final String AUTHORIZATION = "Authorization";
  private static final String USED = FhirClients.class.getName() + ".authorization";

  private final String url;
  private final HttpClient http;

  /** Clients by whether they are of R5. */
  private final Map<Boolean, IGenericClient> clients = new ConcurrentHashMap<>();

  /** Clients of a server without authorization. */
  public FhirClients(String url, int connections) {
    this(url, connections, Credentials.NONE, Map.of(), null);
  }

  /**
   * Clients of a server.
   *
   * @param url its base
   * @param connections maximum number of concurrent requests
   * @param headers static headers of every request
   * @param ssl trust and client certificate; null for Java's default
   */
  public FhirClients(
      String url,
      int connections,
      Credentials credentials,
      Map<String, String> headers,
      @Nullable SSLContext ssl) {
    this.url = url;
    this.http = http(URI.create(url), connections, credentials, headers, ssl);
  }

  /** The base of the server. */
  public String url() {
    return url;
  }

  /** The HTTP client, for reads that do not depend on a version. */
  HttpClient http() {
    return http;
  }

  /** The client of a version. */
  public IGenericClient in(FhirVersion version) {
    return clients.computeIfAbsent(version.isR5(), this::client);
  }

  /** A client that uses, for each call, the client of the version at that time. */
  public IGenericClient in(Supplier<FhirVersion> version) {
    return (IGenericClient)
        Proxy.newProxyInstance(
            FhirClients.class.getClassLoader(),
            new Class<?>[] {IGenericClient.class},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(in(version.get()), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private IGenericClient client(boolean r5) {
    // Not the cached one: the connections of a client are its context's.
    FhirContext context = (r5 ? FhirVersion.R5 : FhirVersion.R4).newContext();
    ApacheRestfulClientFactory factory = new ApacheRestfulClientFactory(context);
    factory.setServerValidationMode(ServerValidationModeEnum.NEVER);
    factory.setHttpClient(http);
    context.setRestfulClientFactory(factory);
    IGenericClient client = context.newRestfulGenericClient(url);
    client.registerInterceptor(new RetryAfterKept());
    return client;
  }

  private static HttpClient http(
      URI server,
      int connections,
      Credentials credentials,
      Map<String, String> headers,
      @Nullable SSLContext ssl) {
    PoolingHttpClientConnectionManager pool =
        new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register(
                    "https",
                    ssl == null
                        ? SSLConnectionSocketFactory.getSystemSocketFactory()
                        : new SSLConnectionSocketFactory(ssl))
                .build());
    pool.setMaxTotal(connections);
    pool.setDefaultMaxPerRoute(connections);
    return HttpClientBuilder.create()
        .useSystemProperties()
        .setConnectionManager(pool)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectTimeout(CONNECT_MILLIS)
                .setConnectionRequestTimeout(POOL_MILLIS)
                .setSocketTimeout(ANSWER_MILLIS)
                .build())
        .setRequestExecutor(new CallDeadline(WHOLE_CALL))
        .disableCookieManagement()
        // A redirect would carry the access token to a host that nobody has set.
        .disableRedirectHandling()
        // A call is repeated by its sync request, so that the breaker sees each.
        .disableAutomaticRetries()
        .addInterceptorLast(
            (HttpRequest request, HttpContext context) -> {
              requireOurs(request, context, server);
              identify(request, context, credentials, headers);
            })
        .addInterceptorLast((HttpResponse answer, HttpContext context) -> AnswerLimit.of(answer))
        .setServiceUnavailableRetryStrategy(new OnceWithAnotherToken(credentials))
        .build();
  }

  /** A link or an id of an answer must not lead elsewhere, such as the link to the next page. */
  private static void requireOurs(HttpRequest request, HttpContext context, URI server)
      throws IOException {
    String base = server.getPath().replaceAll("/+$", "") + "/";
    String path = URI.create(request.getRequestLine().getUri()).getPath();
    if (!HttpClientContext.adapt(context).getTargetHost().equals(URIUtils.extractHost(server))
        || !(path + "/").startsWith(base)
        || (path + "/").contains("/../")) {
      throw new ClientProtocolException("a call would leave the base of the FHIR server");
    }
  }

  private static void identify(
      HttpRequest request,
      HttpContext context,
      Credentials credentials,
      Map<String, String> headers)
      throws IOException {
    headers.forEach(request::setHeader);
    String authorization = credentials.authorization();
    if (authorization != null) {
      request.setHeader(AUTHORIZATION, authorization);
      context.setAttribute(USED, authorization);
    }
  }

  /** Repeats a request once with a new token after a 401: tokens are revoked before they expire. */
  private record OnceWithAnotherToken(Credentials credentials)
      implements ServiceUnavailableRetryStrategy {

    @Override
    public boolean retryRequest(HttpResponse response, int executionCount, HttpContext context) {
      return response.getStatusLine().getStatusCode() == 401
          && executionCount == 1
          && context.getAttribute(USED) instanceof String used
          && credentials.replace(used);
    }

    @Override
    public long getRetryInterval() {
      return 0;
    }
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
}
