package io.holdfast.contract;

import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A storage that fails when it is told to, before an operation or after it was done, and that can
 * be made to wait before one. It counts what is asked of it.
 */
public final class Faults {

  private final UnifiedStorage storage;
  private final Map<String, AtomicLong> calls = new ConcurrentHashMap<>();
  private final Map<String, Supplier<Mono<Void>>> before = new ConcurrentHashMap<>();
  private volatile BooleanSupplier fails = () -> false;

  /** {@code storage}, which fails nobody yet. */
  public Faults(UnifiedStorage storage) {
    this.storage = storage;
  }

  /** The storage as others see it. */
  public UnifiedStorage storage() {
    return proxy(UnifiedStorage.class, "", storage);
  }

  /** Each operation asks whether it fails. */
  public void failWhen(BooleanSupplier condition) {
    fails = condition;
  }

  /** Before {@code operation}, as {@code sessions.find}, something else happens. */
  public void before(String operation, Supplier<Mono<Void>> first) {
    before.put(operation, first);
  }

  /** How often {@code operation} was subscribed to. */
  public long count(String operation) {
    return calls.getOrDefault(operation, new AtomicLong()).get();
  }

  private <T> T proxy(Class<T> type, String name, Object real) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call(name, real, method, arguments));
    return type.cast(proxy);
  }

  private Object call(String name, Object real, Method method, Object[] arguments)
      throws Throwable {
    Object result = invoke(real, method, arguments);
    boolean isPlain = method.getName().equals("health") || method.getName().equals("close");
    String operation = name.isEmpty() ? method.getName() : name + "." + method.getName();
    if (isPlain || result == null) {
      return result;
    }
    if (result instanceof Mono<?> mono) {
      return Mono.defer(() -> before(operation).then(failed()).then(mono))
          .flatMap(this::orFail)
          .switchIfEmpty(Mono.defer(() -> failed().then(Mono.empty())));
    }
    if (result instanceof Flux<?> flux) {
      return Flux.defer(() -> before(operation).then(failed()).thenMany(flux).concatWith(failed()));
    }
    Class<?> type = method.getReturnType();
    boolean isStore = type.isInterface() && type.getName().startsWith("io.holdfast");
    return isStore ? proxy(type, method.getName(), result) : result;
  }

  private static Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Mono<Void> before(String operation) {
    calls.computeIfAbsent(operation, name -> new AtomicLong()).incrementAndGet();
    Supplier<Mono<Void>> first = before.get(operation);
    return first == null ? Mono.empty() : first.get();
  }

  private <T> Mono<T> orFail(T done) {
    return this.<T>failed().switchIfEmpty(Mono.just(done));
  }

  private <T> Mono<T> failed() {
    return Mono.defer(
        () ->
            fails.getAsBoolean()
                ? Mono.error(new UnavailableException("This side fails"))
                : Mono.empty());
  }
}
