package org.vitalroutes.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class CallerThreadHttpEngineTest {

  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final CallerThreadHttpEngine engine =
      new CallerThreadHttpEngine(0, new SimpleAsyncTaskExecutor());
  private final AtomicReference<Thread> served = new AtomicReference<>();
  private final Processor route =
      exchange -> {
        served.set(Thread.currentThread());
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

  private CompletableFuture<Void> serve(String path, MockHttpServletResponse response)
      throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("platform-http:" + path).process(route);
          }
        });
    var consumer = (DefaultPlatformHttpConsumer) camel.getRoutes().get(0).getConsumer();
    return ((SpringBootPlatformHttpConsumer) consumer.getPlatformHttpConsumer())
        .service(new MockHttpServletRequest("POST", path), response);
  }
}
