package org.vitalroutes.steps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.filter.ServerHttpObservationFilter;

class CallerThreadHttpEngineTest {

  private static final String WEBHOOK =
      "/webhooks/withings/{userid}/{signature}?httpMethodRestrict=POST,HEAD";

  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final CallerThreadHttpEngine engine =
      new CallerThreadHttpEngine(0, new SimpleAsyncTaskExecutor(), "X-Withings-Signature");
  private final AtomicReference<Thread> served = new AtomicReference<>();
  private final AtomicReference<Message> received = new AtomicReference<>();
  private final Processor route =
      exchange -> {
        served.set(Thread.currentThread());
        received.set(exchange.getMessage().copy());
        exchange.getMessage().setBody("done");
      };

  @BeforeEach
  void start() {
    camel.getRegistry().bind("platform-http-engine", engine);
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
  }

  @Test
  void a_notification_is_answered_in_the_thread_that_read_it() throws Exception {
    MockHttpServletResponse response = new MockHttpServletResponse();

    assertThat(serve("/webhooks/withings", response)).isNull();

    assertThat(served).hasValue(Thread.currentThread());
    assertThat(response.getContentAsString()).isEqualTo("done");
  }

  @Test
  void a_call_of_the_api_is_answered_in_a_thread_of_its_own() throws Exception {
    MockHttpServletResponse response = new MockHttpServletResponse();

    serve("/api/connected-accounts", response).join();

    assertThat(served.get()).isNotNull().isNotEqualTo(Thread.currentThread());
    assertThat(response.getContentAsString()).isEqualTo("done");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /webhooks/withings/4711/signature, true",
    "PUT, /webhooks/withings/4711/signature, false",
    "POST, /webhooks/withings/4711, false",
    "POST, /webhooks/withings/4711/signature/, false",
    "POST, /webhooks/withings/4711/signature/more, false",
    "POST, /webhooks/withings//signature, false",
    "POST, /webhooks/withings/4711/%73ignature, false",
    "POST, /webhooks/%77ithings/4711/signature, false",
    "POST, /api/connected-accounts, false"
  })
  void a_request_is_served_without_spring_mvc_when_its_path_and_method_are_a_webhook_routes(
      String method, String path, boolean served) throws Exception {
    add(WEBHOOK);
    add("/api/connected-accounts");
    MockHttpServletResponse response = new MockHttpServletResponse();

    assertThat(engine.serve(new MockHttpServletRequest(method, path), response)).isEqualTo(served);

    assertThat(response.getContentAsString()).isEqualTo(served ? "done" : "");
  }

  @Test
  void a_route_gets_the_body_the_path_and_the_signature_and_nothing_else() throws Exception {
    add(WEBHOOK);
    byte[] body = "userid=4711&appli=\u00ff%C0%80".getBytes(ISO_8859_1);
    MockHttpServletRequest request =
        new MockHttpServletRequest("POST", "/webhooks/withings/4711/signature");
    request.setContentType("application/x-www-form-urlencoded");
    request.setContent(body);
    request.setQueryString("userid=4712");
    request.addParameter("userid", "4712");
    request.addHeader("x-withings-signature", "00,11");
    request.addHeader("X-Withings-Signature", "22");
    request.addHeader("CamelHttpUri", "http://localhost");

    engine.serve(request, new MockHttpServletResponse());

    assertThat(received.get().getBody()).isEqualTo(body);
    assertThat(received.get().getHeaders())
        .isEqualTo(
            Map.of(
                "userid", "4711",
                "signature", "signature",
                "X-Withings-Signature", List.of("00,11", "22")));
  }

  @Test
  void the_path_of_the_route_is_the_label_of_the_requests_metric() throws Exception {
    add(WEBHOOK);
    MockHttpServletRequest request =
        new MockHttpServletRequest("POST", "/webhooks/withings/4711/signature");
    MockHttpServletResponse response = new MockHttpServletResponse();
    ServerRequestObservationContext observed =
        new ServerRequestObservationContext(request, response);
    request.setAttribute(
        ServerHttpObservationFilter.CURRENT_OBSERVATION_CONTEXT_ATTRIBUTE, observed);

    engine.serve(request, response);

    assertThat(observed.getPathPattern()).isEqualTo("/webhooks/withings/{userid}/{signature}");
  }

  @Test
  void a_route_that_was_stopped_serves_nothing() throws Exception {
    add(WEBHOOK);
    camel.getRouteController().stopAllRoutes();

    assertThat(
            engine.serve(
                new MockHttpServletRequest("POST", "/webhooks/withings/4711/signature"),
                new MockHttpServletResponse()))
        .isFalse();
  }

  private CompletableFuture<Void> serve(String path, MockHttpServletResponse response)
      throws Exception {
    add(path + "?httpMethodRestrict=POST");
    var consumer = (DefaultPlatformHttpConsumer) camel.getRoutes().get(0).getConsumer();
    return ((SpringBootPlatformHttpConsumer) consumer.getPlatformHttpConsumer())
        .service(new MockHttpServletRequest("POST", path), response);
  }

  private void add(String path) throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("platform-http:" + path).process(route);
          }
        });
  }
}
