with payments as (
    select * from {{ ref('stg_shop__payments') }}
),

payment_methods as (
    select * from {{ ref('payment_methods') }}
)

select
    payments.payment_id,
    payments.order_id,
    payments.payment_method,
    payment_methods.is_prepaid,
    payments.amount,
    payments.paid_at
from payments
left join payment_methods on payments.payment_method = payment_methods.payment_method
{% if is_incremental() %}
    where payments.paid_at >= (
        select coalesce(max(already_loaded.paid_at), timestamp '1970-01-01')
        from {{ this }} as already_loaded
    )
{% endif %}
