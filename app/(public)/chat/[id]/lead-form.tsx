import { type FormEvent, useId, useRef, useState } from "react";
import { useHydrated } from "@/components/use-hydrated";
import type { LeadField, LeadRequest } from "@/lib/sharing/chat-look";
import classes from "./chat.module.css";
import { post } from "./post";

const fields = {
  name: { label: "Name", type: "text", autoComplete: "name", missing: "Give your name." },
  email: { label: "Email address", type: "email", autoComplete: "email", missing: "Give your email address." },
  phone: { label: "Phone number", type: "tel", autoComplete: "tel", missing: "Give your phone number." },
} as const;

type Errors = Partial<Record<LeadField | "form", string>>;

interface Props {
  chatflowId: string;
  chatId: string;
  request: LeadRequest;
  onGiven: () => void;
}

/** Asks a visitor who they are, before their first question. */
export function LeadForm({ chatflowId, chatId, request, onGiven }: Props) {
  const [errors, setErrors] = useState<Errors>({});
  const [isSending, setIsSending] = useState(false);
  const isHydrated = useHydrated();
  const form = useRef<HTMLFormElement>(null);

  function refuse(next: Errors) {
    setErrors(next);
    const [first] = request.fields.filter((field) => next[field]);
    if (first) form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const told = Object.fromEntries(request.fields.map((field) => [field, String(given.get(field)).trim()]));
    const missing = request.fields.filter((field) => !told[field]);
    if (missing.length > 0) return refuse(Object.fromEntries(missing.map((field) => [field, fields[field].missing])));
    setErrors({});
    setIsSending(true);
    const refusal = await post("/api/v1/leads", { chatflowid: chatflowId, chatId, ...told });
    setIsSending(false);
    if (!refusal) return onGiven();
    const isAsked = request.fields.some((field) => field === refusal.field);
    refuse({ [isAsked && refusal.field ? refusal.field : "form"]: refusal.message });
  }

  return (
    <form
      ref={form}
      className={classes.lead}
      method="post"
      onSubmit={submit}
      onInput={({ target }) => setErrors(({ [(target as HTMLInputElement).name as LeadField]: _, ...rest }) => rest)}
      noValidate
      aria-label={request.title}
    >
      <p className={classes.leadTitle}>{request.title}</p>
      {request.fields.map((field) => (
        <Field key={field} field={field} error={errors[field]} />
      ))}
      {errors.form && (
        <p className={classes.error} role="alert">
          {errors.form}
        </p>
      )}
      <button type="submit" className={classes.primary} disabled={isSending || !isHydrated} aria-busy={isSending}>
        Begin
      </button>
    </form>
  );
}

function Field({ field, error }: { field: LeadField; error: string | undefined }) {
  const { label, type, autoComplete } = fields[field];
  const id = useId();
  return (
    <div className={classes.labelled}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={classes.field}
        name={field}
        type={type}
        autoComplete={autoComplete}
        maxLength={320}
        required
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
      />
      {error && (
        <p id={`${id}-error`} className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
